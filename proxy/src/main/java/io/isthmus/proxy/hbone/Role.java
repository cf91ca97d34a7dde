package io.isthmus.proxy.hbone;

/** Which end of a connection this is; it decides who opens streams and with which parity of ids. */
enum Role {
  CLIENT,
  SERVER
}
