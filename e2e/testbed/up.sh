#!/usr/bin/env bash
# up.sh NAME     starts a whole Kubernetes cluster of one node, in namespaces of its own; 15 s
#   Does nothing when it is up; what a crash left of it is removed first. Fails whole: what it started is taken down again.
#   PROXY_MODE=nftables|iptables   CONTAINERD=debian|v2   APISERVER_ARGS="..."   IMAGES="more.tar ..."
#   JOIN=CLUSTER    instead of a cluster one more node of CLUSTER, which is up; down.sh CLUSTER takes it along
#   PUBLISH_API=1   the API server is reachable from the other clusters, at https://203.0.113.<index>:6443
set -euo pipefail
cd "$(dirname "$0")"
for part in cluster network credentials node programs; do . "lib/$part.sh"; done
[ $# = 1 ] || usage
NAME=$1
name_cluster
need_root
if [ -n "${JOIN:-}" ]; then kind=joined; name_joined; else kind=cluster; fi
case ${PROXY_MODE:-nftables} in nftables | iptables) ;; *) die "PROXY_MODE='$PROXY_MODE': expected nftables or iptables" ;; esac
case ${CONTAINERD:-debian} in
  debian) engine="/usr/bin/containerd /usr/sbin/runc" remedy="build.sh node" ;;
  v2) engine="$bin/containerd $bin/containerd-shim-runc-v2 $bin/ctr /usr/sbin/runc" remedy="build.sh node tool containerd" ;;
  *) die "CONTAINERD='$CONTAINERD': expected debian or v2" ;;
esac
for program in "$bin"/{etcd,kube-apiserver,kube-controller-manager,kubectl,kubelet,kube-scheduler,kube-proxy,pause} \
  "$cache"/cni/{bridge,host-local,loopback,portmap} "$cache"/images/{pause,coredns}.tar $engine; do
  [ -e "$program" ] || die "$program is missing: run e2e/testbed/$remedy"
done
for program in ip nft nsenter unshare openssl jq; do
  command -v "$program" >/dev/null || die "the program '$program' is missing: run e2e/testbed/$remedy"
done
[ -d /sys/fs/cgroup/memory ] || die "/sys/fs/cgroup/memory is missing: expected the cgroup v1 controllers (systemd.unified_cgroup_hierarchy=0)"
for image in ${IMAGES:-}; do [ -r "$image" ] || die "IMAGES: cannot read '$image'"; done

began=$(date +%s%N)
say() { printf '[%6.2fs] %s: %s\n' "$(($(date +%s%N) - began))e-9" "$NAME" "$*"; }

is_up() { node_pid >/dev/null && kc get --raw /readyz >/dev/null 2>&1; }
is_ready() { [ "$(kc get node "$NAME" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

network_of_cluster() {
  make_internet
  make_network
}
network_of_joined() {
  echo "$JOIN" >"$state/joins"
  join_network
  API_IP=$(node_ip "$(cat "$joined_state/index")")
}

start_cluster() {
  make_credentials
  start_containerd
  start_api
  import_images
  say "images imported"
  await 60 "the API server is ready (see $state/log/apiserver.log)" kc get --raw /readyz
  say "API server ready"
  start_kubelet
  start_controllers
  configure_cni
  kc apply -f manifests/coredns.yaml >"$state/log/coredns-apply.log" 2>&1 || { cat "$state/log/coredns-apply.log" >&2; exit 1; }
  await_ready
  kc -n kube-system rollout status deploy/coredns --timeout=120s >/dev/null
  say "CoreDNS available: cluster up, public address $PUBLIC_IP"
}
start_joined() {
  join_credentials
  start_containerd
  import_images
  start_kubelet
  configure_cni
  route_joined
  await_ready
}
await_ready() {
  await 120 "the node is Ready (see $state/log/kubelet.log)" is_ready
  say "node Ready"
}

lock_cluster
if is_up; then
  say "is up already"
  exit 0
fi
if [ -e "$state" ] || [ -n "$(leftovers)" ]; then
  say "removing what was left of it"
  CLUSTER_LOCKED=1 ./down.sh "$NAME"
fi

undo() {
  trap - EXIT
  echo "up.sh: cluster '$NAME' did not start; its logs: $cache/log/$NAME" >&2
  KEEP_LOGS=1 CLUSTER_LOCKED=1 ./down.sh "$NAME" >&2
}
trap undo EXIT
mkdir -p "$state"/{log,run,fs}
lock_shared
number_cluster "$(choose_index)"
echo "$index" >"$state/index"
"network_of_$kind"
unlock_shared
make_cgroups
make_node
say "namespaces made"
"start_$kind"
trap - EXIT
