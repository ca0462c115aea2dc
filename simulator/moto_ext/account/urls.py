"""Where moto finds the handler of Health, under the names that it looks for.

Health has one endpoint for all Regions of a partition, and a name that points to it ("AWS Health
endpoints and quotas", and botocore's endpoints): a client that is bound for another Region finds
nothing here, as it would find nothing there. moto reads a Chinese `.com.cn` as `.com`.
"""

from simulator.moto_ext.account.responses import HealthResponse

url_bases = [
    r"https?://global\.health\.amazonaws\.com",
    r"https?://health\.us-east-1\.amazonaws\.com",
    r"https?://health\.cn-northwest-1\.amazonaws\.com",
    r"https?://health\.us-gov-west-1\.amazonaws\.com",
]
url_paths = {"{0}/$": HealthResponse.dispatch}
