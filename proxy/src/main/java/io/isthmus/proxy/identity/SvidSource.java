package io.isthmus.proxy.identity;

import io.isthmus.certs.Svid;
import java.util.Optional;
import java.util.function.Consumer;

/** Where this process's own SVID is read. */
public interface SvidSource {

  /** Empty before the first; possibly expired while the authority cannot be reached. */
  Optional<Svid> current();

  /** Hears of each later SVID, on the thread of the source. */
  AutoCloseable subscribe(Consumer<Svid> subscriber);

  /** Why nothing newer than {@link #current()} is there, for people; empty while all is well. */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /** Empty where the authority pushes, as files and the Workload API do, and cannot be asked. */
  default Optional<Renewal> renewal() {
    return Optional.empty();
  }

  /** How often an SVID was asked for or offered and none became current; the log says why. */
  default long failures() {
    return 0;
  }
}
