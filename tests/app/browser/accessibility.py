"""axe-core's check of a page."""

from axe_playwright_python.base import AXE_SCRIPT

FIND = """async () => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    rules: { region: { enabled: false } },
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes: [{ html, failureSummary = "" }] }) =>
      `${id}: ${html.slice(0, 160)} (${failureSummary.slice(0, 300)})`);
}"""
"""Only this of what axe-core finds leaves the browser. The rule that is left out is never more than moderate, and looks
at every element."""


def serious_findings(page) -> list[str]:
    """What axe-core finds on the page as it stands, of serious or critical impact, each as its rule and the first
    element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FIND)
    return found
