package io.isthmus.cli.cluster;

import java.nio.file.Path;
import java.util.List;

/** The API server of one cluster: its processes, and how its administrator reaches it. */
interface ApiServer {
  /** Starts it and waits until it answers. In the order in which they are to be stopped last. */
  List<DemoProcess> start();

  String url();

  /** A kubeconfig that may do everything; its only context has the cluster's name. */
  Path adminKubeconfig();

  /** Undoes what starting did to this machine beyond processes and files. */
  default void undo() {}
}
