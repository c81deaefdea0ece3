"""Words by which lists write relations, classes and tags, folded as `layout.fold` folds them."""

RELATIONS = {
    "chu ho": "head", "ch": "head", "ban than": "head", "ban than chu ho": "head",
    "vo": "spouse", "chong": "spouse", "vo chong": "spouse", "vo chu ho": "spouse",
    "chong chu ho": "spouse",
    "con": "child", "con de": "child", "con trai": "child", "con gai": "child",
    "con ruot": "child", "con nuoi": "child", "con rieng": "child",
    "con vo": "child", "con chong": "child",
    "con dau": "child_in_law", "con re": "child_in_law", "con dau con re": "child_in_law",
    "dau": "child_in_law", "re": "child_in_law",
    "cha": "parent", "me": "parent", "bo": "parent", "cha me": "parent", "bo me": "parent",
    "cha de": "parent", "me de": "parent", "bo de": "parent", "ba": "parent", "ma": "parent",
    "me ruot": "parent", "cha ruot": "parent", "me ke": "parent", "me nuoi": "parent",
    "cha vo": "parent_in_law", "me vo": "parent_in_law", "cha chong": "parent_in_law",
    "me chong": "parent_in_law", "bo vo": "parent_in_law", "bo chong": "parent_in_law",
    "cha me vo chong": "parent_in_law", "bo me vo": "parent_in_law",
    "ong": "grandparent", "ba noi": "grandparent", "ba ngoai": "grandparent",
    "ong noi": "grandparent", "ong ngoai": "grandparent", "ong ba": "grandparent",
    "chau": "grandchild", "chau noi": "grandchild", "chau ngoai": "grandchild",
    "chau noi ngoai": "grandchild", "chau ruot": "grandchild", "chau noi chau ngoai": "grandchild",
    "anh": "sibling", "chi": "sibling", "em": "sibling", "anh trai": "sibling",
    "chi gai": "sibling", "em trai": "sibling", "em gai": "sibling", "anh chi em": "sibling",
    "anh ruot": "sibling", "chi ruot": "sibling", "em ruot": "sibling", "anh em": "sibling",
    "chau goi co di chu bac": "niece_nephew", "chau goi bang chu": "niece_nephew",
    "chau ho": "niece_nephew", "chau goi chu": "niece_nephew", "chau goi bac": "niece_nephew",
    "chau goi co": "niece_nephew", "chau goi di": "niece_nephew", "chau goi cau": "niece_nephew",
    "ho hang": "other_relative", "ho hang khac": "other_relative", "chu": "other_relative",
    "bac": "other_relative", "co": "other_relative", "di": "other_relative",
    "cau": "other_relative", "em dau": "other_relative", "em re": "other_relative",
    "anh re": "other_relative", "chi dau": "other_relative", "em vo": "other_relative",
    "em chong": "other_relative", "chau dau": "other_relative", "chau re": "other_relative",
    "anh ho": "other_relative", "chi ho": "other_relative", "em ho": "other_relative",
    "cu": "other_relative", "chat": "other_relative", "than nhan": "other_relative",
    "nguoi than": "other_relative",
    "khac": "other", "o nho": "other", "khong": "other", "nguoi o nho": "other",
}  # fmt: skip
"""As lists write the relation to the head, folded. A bare "cháu" is taken as a grandchild, and
"ba" (southern: father) is told from "bà" before folding."""

CLASSES = {
    "ngheo": "poor", "ho ngheo": "poor", "hn": "poor", "n": "poor",
    "can ngheo": "near_poor", "ho can ngheo": "near_poor", "hcn": "near_poor",
    "cn": "near_poor", "can": "near_poor",
    "trung binh": "average", "muc song trung binh": "average", "mstb": "average",
    "ho co muc song trung binh": "average", "co muc song trung binh": "average",
    "ho muc song trung binh": "average", "ho trung binh": "average",
    "khong ngheo": "not_poor", "ho khong ngheo": "not_poor",
}  # fmt: skip
LISTINGS = {
    "ngheo cu": "old", "cu": "old", "can ngheo cu": "old",
    "ngheo moi": "new", "moi": "new", "can ngheo moi": "new", "phat sinh moi": "new",
    "phat sinh": "new",
    "tai ngheo": "again", "tai can ngheo": "again", "tai": "again",
    "chuyen den": "moved_in",
}  # fmt: skip

EXITS = {
    "can ngheo": "near_poor", "ho can ngheo": "near_poor", "hcn": "near_poor", "cn": "near_poor",
    "tro thanh ho can ngheo": "near_poor", "tro thanh can ngheo": "near_poor",
    "thoat ngheo tro thanh ho can ngheo": "near_poor", "thanh ho can ngheo": "near_poor",
    "chuyen sang ho can ngheo": "near_poor", "chuyen sang can ngheo": "near_poor",
    "thoat ngheo con can ngheo": "near_poor", "thoat ngheo chuyen sang can ngheo": "near_poor",
    "xuong can ngheo": "near_poor", "thoat ngheo chuyen sang ho can ngheo": "near_poor",
    "thoat ngheo thanh can ngheo": "near_poor", "con can ngheo": "near_poor",
    "vuot chuan can ngheo": "not_poor", "thoat ngheo vuot chuan can ngheo": "not_poor",
    "vuot chuan ho can ngheo": "not_poor", "tren chuan can ngheo": "not_poor",
    "thoat can ngheo": "not_poor", "khong ngheo": "not_poor", "ho khong ngheo": "not_poor",
    "thoat ngheo thoat can ngheo": "not_poor", "vuot chuan ngheo va can ngheo": "not_poor",
    "ra khoi danh sach": "not_poor",
    "trung binh": "average", "muc song trung binh": "average", "mstb": "average",
    "ho co muc song trung binh": "average", "co muc song trung binh": "average",
    "ho muc song trung binh": "average",
    "thoat ngheo": "", "ho thoat ngheo": "", "ho thoat can ngheo": "not_poor",
}  # fmt: skip
"""What a household became that left poverty or near-poverty. "Thoát nghèo" alone does not say."""
