package io.isthmus.e2e.site;

/** The addresses of a site; all but the WAN and the public one are the same at every site. */
public record Addresses(int index) {
  public static final String POD_GATEWAY = "10.244.0.1";
  public static final String CONTROL = "10.244.0.3";
  public static final String MIRROR = "10.244.0.4";
  public static final String EASTWEST = "10.244.0.5";
  public static final String WORKLOAD = "10.244.0.10";
  public static final String SERVICE_RANGE = "10.96.0.0/16";

  public String publicAddress() {
    return "203.0.113." + index;
  }

  String node() {
    return "100.64." + index + ".2";
  }

  String router() {
    return "100.64." + index + ".1";
  }

  public String apiUrl() {
    return "https://" + publicAddress() + ":6443";
  }
}
