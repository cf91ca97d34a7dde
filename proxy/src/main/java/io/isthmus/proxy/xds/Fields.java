package io.isthmus.proxy.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.TrustDomain;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads fields of one resource, and says whose they are when they cannot be read. */
record Fields(String resource) {
  private static final String OURS = "isthmus.io";
  private static final String TYPE_PREFIX = "type.googleapis.com/";

  InvalidResourceException invalid(String field, @Nullable Object value, String expected) {
    return new InvalidResourceException(resource, field, value, expected);
  }

  <M extends MessageLite> M unpack(String field, Any any, String type, Parser<M> parser)
      throws InvalidResourceException {
    if (!any.getTypeUrl().equals(TYPE_PREFIX + type)) {
      throw invalid(field, any.getTypeUrl(), TYPE_PREFIX + type);
    }
    try {
      return parser.parseFrom(any.getValue());
    } catch (InvalidProtocolBufferException e) {
      throw invalid(field, e.getMessage(), "a message " + type);
    }
  }

  /** An IP address and a port: nothing is looked up. */
  InetSocketAddress address(String field, Address address) throws InvalidResourceException {
    SocketAddress socket = address.getSocketAddress();
    byte[] ip = NetUtil.createByteArrayFromIpAddressString(socket.getAddress());
    if (ip == null) {
      throw invalid(field + ".address", socket.getAddress(), "an IP address");
    }
    int port = socket.getPortValue();
    if (port < 1 || port > 65535) {
      throw invalid(field + ".port_value", port, "1 to 65535");
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw invalid(field + ".address", socket.getAddress(), "4 or 16 bytes");
    }
  }

  /** What is ours in the metadata; empty if there is none. */
  Struct ours(Metadata metadata) {
    return struct(metadata, OURS);
  }

  Struct struct(Metadata metadata, String key) {
    return metadata.getFilterMetadataOrDefault(key, Struct.getDefaultInstance());
  }

  String text(Struct struct, String key) throws InvalidResourceException {
    return optionalText(struct, key)
        .orElseThrow(() -> invalid("metadata " + key, "missing", "a text"));
  }

  Optional<String> optionalText(Struct struct, String key) {
    return Optional.ofNullable(struct.getFieldsMap().get(key))
        .map(Value::getStringValue)
        .filter(value -> !value.isEmpty());
  }

  int port(Struct struct, String key) throws InvalidResourceException {
    Value value = struct.getFieldsOrDefault(key, Value.getDefaultInstance());
    double number =
        value.hasStringValue() && value.getStringValue().matches("\\d{1,5}")
            ? Integer.parseInt(value.getStringValue())
            : value.getNumberValue();
    if (number < 1 || number > 65535 || number != Math.rint(number)) {
      throw invalid("metadata " + key, value, "1 to 65535");
    }
    return (int) number;
  }

  boolean yes(Struct struct, String key) {
    return struct.getFieldsOrDefault(key, Value.getDefaultInstance()).getBoolValue();
  }

  List<Value> list(Struct struct, String key) {
    return struct
        .getFieldsOrDefault(key, Value.getDefaultInstance())
        .getListValue()
        .getValuesList();
  }

  TrustDomain trustDomain(String field, String name) throws InvalidResourceException {
    try {
      return TrustDomain.of(name);
    } catch (InvalidSpiffeIdException e) {
      throw invalid(field, name, "a trust domain");
    }
  }

  /** Of a secret's name {@code bundle/<trust domain>}. */
  TrustDomain trustDomainOfSecret(String field, String secret) throws InvalidResourceException {
    if (!secret.startsWith(SecretReader.PREFIX)) {
      throw invalid(field, secret, SecretReader.PREFIX + "<trust domain>");
    }
    return trustDomain(field, secret.substring(SecretReader.PREFIX.length()));
  }
}
