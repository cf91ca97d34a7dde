package io.isthmus.cli.cluster;

import java.nio.file.Path;

/** The API server of one cluster: its processes, and how its administrator reaches it. */
interface ApiServer {
  /** Starts its processes by {@code launcher}, and waits until it answers. */
  void start(Launcher launcher);

  String url();

  /** Starts a process that the cluster will end, whatever happens next. */
  interface Launcher {
    DemoProcess launch(ProcessSpec spec);
  }

  /** A kubeconfig that may do everything; its only context has the cluster's name. */
  Path adminKubeconfig();

  /** Undoes what starting did to this machine beyond processes and files. */
  default void undo() {}
}
