package io.isthmus.control.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The proxy declares the part of the xDS API that it reads by itself, to stay small. Each
 * declaration is held against the whole API, which the control plane serves by.
 */
final class ProxyProtoSubsetTest {
  private static final Path PROTO =
      Path.of(System.getProperty("isthmus.root", "..")).resolve("proxy/src/main/proto");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern BLOCK = Pattern.compile("(message|enum|oneof) (\\w+) \\{");
  private static final Pattern FIELD =
      Pattern.compile("(repeated )?(map<\\w+, )?([\\w.]+)>? (\\w+) = (\\d+);");
  private static final Pattern CONSTANT = Pattern.compile("([A-Z_]+) = (\\d+);");
  private static final Map<String, GenericDescriptor> UPSTREAM = upstream();

  /** Everything that can be reached from the messages of the API that a client meets. */
  private static Map<String, GenericDescriptor> upstream() {
    Map<String, GenericDescriptor> known = new HashMap<>();
    Deque<Descriptor> todo = new ArrayDeque<>();
    for (Descriptor start :
        List.of(
            Node.getDescriptor(),
            Cluster.getDescriptor(),
            ClusterLoadAssignment.getDescriptor(),
            Listener.getDescriptor(),
            RouteConfiguration.getDescriptor(),
            HttpConnectionManager.getDescriptor(),
            TcpProxy.getDescriptor(),
            Secret.getDescriptor(),
            UpstreamTlsContext.getDescriptor(),
            SPIFFECertValidatorConfig.getDescriptor(),
            DeltaDiscoveryRequest.getDescriptor(),
            Status.getDescriptor())) {
      todo.addAll(start.getFile().getMessageTypes());
      start.getFile().getEnumTypes().forEach(each -> known.put(each.getFullName(), each));
    }
    Set<String> seen = new HashSet<>();
    while (!todo.isEmpty()) {
      Descriptor next = todo.removeFirst();
      if (seen.add(next.getFullName())) {
        known.put(next.getFullName(), next);
        todo.addAll(next.getNestedTypes());
        next.getEnumTypes().forEach(each -> known.put(each.getFullName(), each));
        for (FieldDescriptor field : next.getFields()) {
          if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            todo.add(field.getMessageType());
          } else if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
            known.put(field.getEnumType().getFullName(), field.getEnumType());
          }
        }
      }
    }
    return known;
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(PROTO)) {
      // SPIFFE's is held against java-spiffe, by the proxy's own tests
      return all.filter(file -> file.toString().endsWith(".proto"))
          .filter(file -> !file.startsWith(PROTO.resolve("spiffe")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void declaresWhatUpstreamDoes(Path file) throws IOException {
    Deque<String> scope = new ArrayDeque<>();
    Optional<String> oneof = Optional.empty();
    String inPackage = "";
    int checked = 0;
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      Matcher named = PACKAGE.matcher(text);
      Matcher block = BLOCK.matcher(text);
      Matcher field = FIELD.matcher(text);
      Matcher constant = CONSTANT.matcher(text);
      if (named.matches()) {
        inPackage = named.group(1);
      } else if (block.matches() && block.group(1).equals("oneof")) {
        oneof = Optional.of(block.group(2));
      } else if (block.matches()) {
        scope.addLast(block.group(2));
      } else if (text.equals("}") && oneof.isPresent()) {
        oneof = Optional.empty();
      } else if (text.equals("}")) {
        scope.removeLast();
      } else if (!scope.isEmpty() && constant.matches()) {
        checkConstant(nameIn(inPackage, scope), constant);
        checked++;
      } else if (!scope.isEmpty() && field.matches()) {
        checkField(nameIn(inPackage, scope), field, oneof);
        checked++;
      } else if (!scope.isEmpty()) {
        assertThat(text).as("a line that this test does not understand in %s", file).isEmpty();
      }
    }
    assertThat(checked).as("fields of %s", file).isPositive();
  }

  private static String nameIn(String inPackage, Deque<String> scope) {
    return inPackage + "." + String.join(".", scope);
  }

  private static <D extends GenericDescriptor> D upstream(Class<D> kind, String name) {
    return Optional.ofNullable(UPSTREAM.get(name))
        .map(kind::cast)
        .orElseThrow(() -> new AssertionError(name + " is not declared upstream"));
  }

  private static void checkConstant(String type, Matcher constant) {
    var value = upstream(EnumDescriptor.class, type).findValueByName(constant.group(1));
    assertThat(value).as("%s.%s upstream", type, constant.group(1)).isNotNull();
    assertThat(value.getNumber())
        .as("%s.%s", type, constant.group(1))
        .isEqualTo(Integer.parseInt(constant.group(2)));
  }

  private static void checkField(String type, Matcher declared, Optional<String> oneof) {
    String name = type + "." + declared.group(4);
    FieldDescriptor field = upstream(Descriptor.class, type).findFieldByName(declared.group(4));
    assertThat(field).as("%s upstream", name).isNotNull();
    assertThat(field.getNumber()).as(name).isEqualTo(Integer.parseInt(declared.group(5)));
    assertThat(field.isMapField()).as("%s is a map", name).isEqualTo(declared.group(2) != null);
    assertThat(field.isRepeated() && !field.isMapField())
        .as("%s is repeated", name)
        .isEqualTo(declared.group(1) != null);
    FieldDescriptor element =
        field.isMapField() ? field.getMessageType().findFieldByName("value") : field;
    assertThat(typeOf(element)).as("type of %s", name).endsWith(declared.group(3));
    assertThat(Optional.ofNullable(field.getRealContainingOneof()).map(OneofDescriptor::getName))
        .as("oneof of %s", name)
        .isEqualTo(oneof);
  }

  private static String typeOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.toProto().getType().name().replace("TYPE_", "").toLowerCase(java.util.Locale.ROOT);
    };
  }
}
