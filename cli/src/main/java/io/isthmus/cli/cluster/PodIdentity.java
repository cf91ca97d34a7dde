package io.isthmus.cli.cluster;

/** A process as Kubernetes knows it: its Pod, its service account, its address. */
public record PodIdentity(String namespace, String serviceAccount, String pod, String address) {}
