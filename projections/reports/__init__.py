"""What auditors and offices ask for as a whole: long jobs whose results are kept."""
