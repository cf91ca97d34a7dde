package io.isthmus.proxy;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.settings.Setting;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a process listens on, each by the setting that says where. Used by its main thread. */
final class OpenListeners {
  private static final Logger LOG = LoggerFactory.getLogger(OpenListeners.class);

  private final Map<String, Channel> channels = new LinkedHashMap<>();

  void add(Setting<?> setting, Channel channel) {
    channels.put(setting.key(), channel);
    LOG.atInfo().addKeyValue(setting.key(), Party.text(channel.localAddress())).log("listening");
  }

  /** The address that was got; for port 0. */
  InetSocketAddress address(Setting<?> setting) {
    Channel channel = channels.get(setting.key());
    if (channel == null) {
      throw new IllegalStateException(setting.key() + " is not listened on");
    }
    return (InetSocketAddress) channel.localAddress();
  }

  /** Returns when nothing is accepted there any more. */
  void close(Setting<?> setting) {
    Channel channel = channels.get(setting.key());
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
  }

  void closeAll() {
    channels.values().forEach(Channel::close);
  }
}
