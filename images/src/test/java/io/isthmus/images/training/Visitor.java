package io.isthmus.images.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The API server, scrapers and other trust domains, as a cluster's processes meet them.
 *
 * @param bundle the file with the trust domain's own bundle
 */
record Visitor(Path bundle) {
  private static final String REVIEW =
      """
      {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
       "request": {"uid": "training", "namespace": "shop", "object":
         {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "labels": {"app": "web"}},
          "spec": {"containers": [{"name": "web", "image": "web",
            "readinessProbe": {"httpGet": {"path": "/", "port": 8080}}}]}}}}
      """;

  /**
   * All of it has to answer 200.
   *
   * @param prefix of the addresses of the cluster's processes
   */
  void readAll(String prefix) throws IOException {
    for (String process : List.of(".3", ".4")) {
      for (String page : List.of("/ready", "/live", "/metrics")) {
        visit(new Request("http://" + prefix + process + ":15014" + page, ""));
      }
    }
    visit(new Request("http://" + prefix + ".3:15014/proxies", ""));
    visit(new Request("https://" + prefix + ".3:8443/", ""));
    for (int i = 0; i < 20; i++) {
      visit(new Request("https://" + prefix + ".3:15017/inject/namespace", REVIEW));
    }
  }

  /**
   * @param body empty: GET
   */
  private record Request(String url, String body) {}

  private void visit(Request request) throws IOException {
    try {
      read(request);
    } catch (IOException | GeneralSecurityException | BundleFormatException e) {
      throw new IOException("%s: %s".formatted(request.url(), e.getMessage()), e);
    }
  }

  private void read(Request request)
      throws IOException, GeneralSecurityException, BundleFormatException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(request.url()).toURL().openConnection();
    connection.setReadTimeout(20_000);
    if (connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(trusting());
      secured.setHostnameVerifier((name, session) -> true); // certified for its Service's name
    }
    if (!request.body().isEmpty()) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(request.body().getBytes(UTF_8));
    }
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new IOException("it was answered by " + status);
    }
    connection.getInputStream().readAllBytes();
  }

  private SSLSocketFactory trusting()
      throws IOException, GeneralSecurityException, BundleFormatException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null);
    for (X509Certificate anchor :
        TrustBundle.parseJwks(TrustDomain.of("west.demo"), Files.readAllBytes(bundle)).anchors()) {
      roots.setCertificateEntry(anchor.getSerialNumber().toString(), anchor);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
