package io.isthmus.proxy.identity.files;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.identity.HeldSvid;
import io.isthmus.proxy.identity.OwnChain;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SVID from files, looked at once a second. A pair that is good becomes current at once. What is
 * not good is a failure when the next look still sees the same: until then somebody may be between
 * writing one file and the other. It is judged again at every look, as the bundle may follow later.
 */
public final class FileSvidSource extends HeldSvid implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(FileSvidSource.class);

  private final PemFiles files;
  private final OwnChain check;
  private final SpiffeId expected;
  private final ScheduledExecutorService loop;
  private @Nullable Look good;
  private @Nullable Look suspect;
  private @Nullable Look reported;
  private volatile boolean closed;

  /**
   * @param expected the ID that this process has to have; any other is refused
   * @param loop a single thread; small files are read on it
   */
  public FileSvidSource(
      PemFiles files, OwnChain check, SpiffeId expected, ScheduledExecutorService loop) {
    super(
        "waiting for svid-certificates %s and svid-key %s"
            .formatted(files.certificates(), files.key()));
    this.files = files;
    this.check = check;
    this.expected = expected;
    this.loop = loop;
  }

  public void start() {
    loop.execute(this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    loop.schedule(this::look, PERIOD.toNanos(), NANOSECONDS);
    Look seen = files.look();
    if (seen.equals(good)) {
      suspect = null;
      reported = null;
      confirm();
      return;
    }
    Svid svid;
    try {
      svid = seen.svid(expected, check);
    } catch (CertificateException | RuntimeException e) {
      refuse(seen, e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    }
    accept(seen, svid);
  }

  private void accept(Look seen, Svid svid) {
    good = seen;
    suspect = null;
    reported = null;
    LOG.atInfo()
        .addKeyValue("id", svid.id())
        .addKeyValue("notAfter", svid.notAfter())
        .addKeyValue("file", files.certificates())
        .log("certified");
    take(svid);
  }

  private void refuse(Look seen, String reason) {
    if (seen.equals(reported) || !seen.equals(suspect)) {
      suspect = seen;
      suspect(reason);
      return;
    }
    reported = seen;
    fail(reason);
    LOG.atWarn()
        .addKeyValue("id", expected)
        .addKeyValue("reason", reason)
        .addKeyValue("kept", current().map(Svid::toString).orElse("none"))
        .log("not certified");
  }

  @Override
  public void close() {
    closed = true;
  }
}
