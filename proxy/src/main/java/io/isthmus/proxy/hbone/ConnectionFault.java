package io.isthmus.proxy.hbone;

/** The peer broke the protocol in a way that ends the whole connection. Carries no stack trace. */
final class ConnectionFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String detail;

  ConnectionFault(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
    this.detail = detail;
  }

  ErrorCode code() {
    return code;
  }

  String detail() {
    return detail;
  }
}
