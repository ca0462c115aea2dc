"""Where moto finds the handler of Health, under the names that it looks for.

Health has one endpoint, in us-east-1, and a name that points to it ("AWS Health endpoints"): a
client that is bound for another Region finds nothing here, as it would find nothing there.
"""

from simulator.account.responses import HealthResponse

url_bases = [
    r"https?://global\.health\.amazonaws\.com",
    r"https?://health\.us-east-1\.amazonaws\.com",
]
url_paths = {"{0}/$": HealthResponse.dispatch}
