package io.isthmus.proxy.hbone;

/** HTTP/2 error codes (RFC 9113, section 7). */
public enum ErrorCode {
  NO_ERROR,
  PROTOCOL_ERROR,
  INTERNAL_ERROR,
  FLOW_CONTROL_ERROR,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  FRAME_SIZE_ERROR,
  REFUSED_STREAM,
  CANCEL,
  COMPRESSION_ERROR,
  CONNECT_ERROR,
  ENHANCE_YOUR_CALM,
  INADEQUATE_SECURITY,
  HTTP_1_1_REQUIRED;

  private static final ErrorCode[] CODES = values();

  /** The code as it stands in a frame. */
  public int wire() {
    return ordinal();
  }

  /** The code of a frame; codes that RFC 9113 does not define read as {@link #INTERNAL_ERROR}. */
  public static ErrorCode ofWire(long code) {
    return code >= 0 && code < CODES.length ? CODES[(int) code] : INTERNAL_ERROR;
  }
}
