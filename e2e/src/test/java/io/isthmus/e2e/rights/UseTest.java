package io.isthmus.e2e.rights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UseTest {
  @Test
  void aLineOfTheAuditLogIsReadAsARuleWouldNameIt() {
    assertThat(
            Use.parse(
                """
                {"verb": "update", "user": {"username":
                   "system:serviceaccount:isthmus-system:isthmus-mirror-controller"},
                 "objectRef": {"resource": "links", "subresource": "status", "name": "east",
                   "namespace": "isthmus-system", "apiGroup": "isthmus.io"},
                 "responseStatus": {"code": 403}}
                """))
        .hasValueSatisfying(use -> {
          assertThat(use)
              .isEqualTo(
                  new Use(
                      "isthmus-mirror-controller",
                      "update",
                      "isthmus.io",
                      "links/status",
                      "isthmus-system",
                      "east",
                      403));
          assertThat(use.isDenied()).isTrue();
        });
  }

  @Test
  void whatIsCreatedHasNoNameThatARuleCouldNameYet() {
    assertThat(
            Use.parse(
                """
                {"verb": "create", "user": {"username":
                   "system:serviceaccount:isthmus-system:isthmus-control"},
                 "objectRef": {"resource": "secrets", "name": "isthmus-root",
                   "namespace": "isthmus-system"},
                 "responseStatus": {"code": 201}}
                """))
        .hasValueSatisfying(use -> assertThat(use.name()).isEmpty());
  }

  @Test
  void othersAndWhatIsNoResourceAreLeftOut() {
    assertThat(
            Use.parse(
                """
                {"verb": "get", "user": {"username": "admin"},
                 "objectRef": {"resource": "pods"}}
                """))
        .isEmpty();
    assertThat(
            Use.parse(
                """
                {"verb": "get", "requestURI": "/version", "user": {"username":
                   "system:serviceaccount:isthmus-system:isthmus-control"}}
                """))
        .isEmpty();
  }
}
