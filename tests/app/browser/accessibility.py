"""axe-core's check of a page."""

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")


def serious_findings(page) -> list[str]:
    """What axe-core finds on the page as it stands, of serious or critical impact, each as its rule and the first
    element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]} ({rule['nodes'][0].get('failureSummary', '')[:300]})"
        for rule in found
        if rule["impact"] in SERIOUS
    ]
