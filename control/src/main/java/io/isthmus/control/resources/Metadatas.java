package io.isthmus.control.resources;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.util.List;

/** Metadata under our own key, and the values in it. */
final class Metadatas {
  static final String KEY = "isthmus.io";
  static final String TRANSPORT_SOCKET_MATCH = "envoy.transport_socket_match";

  private Metadatas() {}

  static Metadata of(Struct fields) {
    return Metadata.newBuilder().putFilterMetadata(KEY, fields).build();
  }

  static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  static Value number(int number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  static Value truth(Truth truth) {
    return Value.newBuilder().setBoolValue(truth == Truth.YES).build();
  }

  static Value list(List<Value> values) {
    return Value.newBuilder().setListValue(ListValue.newBuilder().addAllValues(values)).build();
  }

  static Value struct(Struct struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }

  enum Truth {
    YES,
    NO
  }
}
