package io.isthmus.proxy.hbone;

/** What a complete header block means: for a server a request, for a client a response. */
interface HeadersHandler {
  void onHeaders(HeaderBlock.Decoded block) throws ConnectionFault;
}
