package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ConnectRequest;

/** A stream of a gateway's tunnel, joined there to the destination's proxy. */
record StreamTransport(Shelf gateway, ConnectRequest request) implements Transport {

  @Override
  public void open(Opened opened) {
    gateway.take(
        new Dial<>(
            request,
            StreamChannel::register,
            new Dial.Outcome<>() {
              @Override
              public boolean isWanted() {
                return true;
              }

              @Override
              public void onOpen(OpenTunnel<StreamChannel> tunnel) {
                opened.onChannel(tunnel.listener());
              }

              @Override
              public void onFailure(TunnelError error) {
                opened.onFailure(error);
              }
            }));
  }
}
