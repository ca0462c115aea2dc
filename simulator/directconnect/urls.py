"""Where moto finds the handler, under the names that it looks for."""

from simulator.directconnect.responses import SimulatedDirectConnectResponse

url_bases = [r"https?://directconnect\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": SimulatedDirectConnectResponse.dispatch}
