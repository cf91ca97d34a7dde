package io.isthmus.control.injection;

/** Among which of a Pod's containers its sidecar is. */
public enum SidecarForm {
  /** An init container that is restarted always: Kubernetes 1.29 and later. */
  NATIVE,
  /** One of the containers: for older kubelets; a Job's Pod would never finish beside it. */
  CLASSIC
}
