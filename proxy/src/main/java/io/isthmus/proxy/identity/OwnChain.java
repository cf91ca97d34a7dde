package io.isthmus.proxy.identity;

import io.isthmus.certs.SpiffeId;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Whether an own chain would be believed: the question that peers will ask. */
@FunctionalInterface
public interface OwnChain {

  /** Throws unless {@code chain} is valid now under the own bundle and of exactly {@code id}. */
  void verify(List<X509Certificate> chain, SpiffeId id) throws CertificateException;
}
