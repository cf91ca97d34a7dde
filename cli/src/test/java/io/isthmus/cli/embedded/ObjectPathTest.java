package io.isthmus.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectPathTest {
  @Test
  void takesApartANamespacedObjectOfAGroup() {
    ObjectPath path = parse("/apis/isthmus.io/v1alpha1/namespaces/shop/links/east/status?dry=1");

    assertThat(path)
        .isEqualTo(new ObjectPath("isthmus.io", "v1alpha1", "shop", "links", "east", "status"));
    assertThat(path.asPath()).isEqualTo("/apis/isthmus.io/v1alpha1/namespaces/shop/links/east");
  }

  @Test
  void takesApartACollectionOfTheCoreGroup() {
    ObjectPath path = parse("/api/v1/namespaces/shop/services");

    assertThat(path.isCore("services")).isTrue();
    assertThat(path.name()).isEmpty();
    assertThat(path.named("hello").asPath()).isEqualTo("/api/v1/namespaces/shop/services/hello");
  }

  @Test
  void takesANamespaceForAnObjectAndNotForACollection() {
    assertThat(parse("/api/v1/namespaces/shop"))
        .isEqualTo(new ObjectPath("", "v1", "", "namespaces", "shop", ""));
    assertThat(parse("/api/v1/namespaces/shop/status").subresource()).isEqualTo("status");
  }

  @Test
  void findsNoObjectInAPathOfDiscovery() {
    assertThat(ObjectPath.parse("/version")).isEmpty();
    assertThat(ObjectPath.parse("/apis/isthmus.io/v1alpha1")).isEmpty();
    assertThat(ObjectPath.parse("/openapi/v2")).isEmpty();
  }

  private static ObjectPath parse(String path) {
    return ObjectPath.parse(path).orElseThrow();
  }
}
