package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.control.state.Mesh;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This cluster's own TrustDomain object, made if nobody has. */
public final class OwnTrustDomain {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private OwnTrustDomain() {}

  /**
   * The object that is there from then on. One that is made anew forgives nothing: it revokes what
   * the stored bundle does.
   */
  public static TrustDomain ensure(KubernetesClient client, Mesh mesh) throws AuthorityException {
    TrustDomainSpec standard = TrustDomainSpec.own(mesh.trustDomain().name());
    TrustDomain wanted = new TrustDomain();
    wanted.setMetadata(new ObjectMetaBuilder().withName(mesh.cluster()).build());
    wanted.setSpec(
        new TrustDomainSpec(
            standard.trustDomain(),
            standard.authority(),
            null,
            null,
            BundleStore.revoked(client, mesh).stream().sorted().toList()));
    try {
      return client.resource(wanted).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        throw new AuthorityException(
            "the API server knows no trustdomains.isthmus.io: install Isthmus' CRDs", e);
      }
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      return checked(client.resources(TrustDomain.class).withName(mesh.cluster()).get(), mesh);
    }
  }

  /** What an operator revokes of it; empty when there is no such object to say so. */
  static Optional<Set<String>> revoked(KubernetesClient client, Mesh mesh) {
    return Optional.ofNullable(client.resources(TrustDomain.class).withName(mesh.cluster()).get())
        .map(domain -> Set.copyOf(domain.getSpec().revoked()));
  }

  private static TrustDomain checked(@Nullable TrustDomain found, Mesh mesh)
      throws AuthorityException {
    if (found == null) {
      throw new AuthorityException(
          "TrustDomain %s was deleted meanwhile: looking again".formatted(mesh.cluster()));
    }
    if (!found.getSpec().trustDomain().equals(mesh.trustDomain().name())) {
      throw new AuthorityException(
          "TrustDomain %s has spec.trustDomain %s, expected %s as the setting says"
              .formatted(mesh.cluster(), found.getSpec().trustDomain(), mesh.trustDomain()));
    }
    return found;
  }
}
