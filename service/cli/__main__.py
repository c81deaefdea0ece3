"""`python -m service.cli`, which `./socai` runs."""

from service.cli.main import main

main()
