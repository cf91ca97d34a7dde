package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ConnectRequest;

/** A stream of a gateway's tunnel, joined there to the destination's proxy. */
record StreamTransport(TunnelPool pool, TunnelKey gateway, ConnectRequest request)
    implements Transport {

  @Override
  public void open(Opened opened) {
    pool.take(
        gateway,
        new Dial<>(
            request,
            StreamChannel::register,
            new Dial.Outcome<>() {
              @Override
              public boolean isWanted() {
                return opened.isWanted();
              }

              @Override
              public void onOpen(OpenTunnel<StreamChannel> tunnel, PooledTunnel carrier) {
                opened.onChannel(tunnel.listener());
                carrier.carry(tunnel.listener(), opened::onCarrierDrains);
              }

              @Override
              public void onFailure(TunnelError error) {
                opened.onFailure(error);
              }
            }));
  }
}
