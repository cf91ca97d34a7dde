package io.isthmus.cli.check;

import java.util.Locale;

/** In the order in which to look: a layer that fails makes those after it look bad, too. */
enum Layer {
  INSTALL,
  EXPORT,
  DNS,
  DATAPATH,
  MTU,
  TRUST,
  VIP;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
