# Sourced by every script of the testbed: where things are, and what a cluster is called.
# Expects NAME for all that concerns one cluster.
testbed=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${TESTBED:-${XDG_CACHE_HOME:-$HOME/.cache}/isthmus-testbed}
bin=$cache/bin

script=$(basename "$0")
die() { echo "$script: $*" >&2; exit 3; }
usage() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$0" >&2; exit 2; }
need_root() { [ "$(id -u)" = 0 ] || die "needs root (namespaces, mounts, cgroups), runs as $(id -un)"; }

# the same in every cluster, on purpose: nothing may work because ranges happen to differ
POD_RANGE=10.244.0.0/16 SERVICE_RANGE=10.96.0.0/16
API_SERVICE=10.96.0.1 DNS_SERVICE=10.96.0.10

internet=isthmus-testbed-internet      # the network namespace between the clusters
registry=registry.local                # no such host: images are imported, never pulled

# Names and addresses of cluster NAME; its index decides the addresses that are its own.
name_cluster() {
  [[ $NAME =~ ^[a-z][a-z0-9-]{0,9}$ ]] ||
    die "cluster name '$NAME': expected up to 10 of a-z, 0-9 and -, a letter first (it is part of an interface's name)"
  state=$cache/state/$NAME
  netns=isthmus-testbed-$NAME
  cgroup=isthmus-testbed-$NAME
  link=to-$NAME
  if [ -s "$state/index" ]; then number_cluster "$(cat "$state/index")"; fi
}
number_cluster() {
  index=$1
  NODE_IP=$(node_ip "$index") ROUTER_IP=100.64.$index.1 PUBLIC_IP=203.0.113.$index API_IP=$NODE_IP
}
node_ip() { echo "100.64.$1.2"; } # INDEX

# PID 1 of the node, as the machine counts; fails when the node is gone or that number is somebody else's by now
node_pid() {
  local pid
  [ -s "$state/init.pid" ] && pid=$(cat "$state/init.pid") || return 1
  [ "$(readlink "/proc/$pid/ns/net" 2>/dev/null)" = "net:[$(stat -Lc %i "/run/netns/$netns" 2>/dev/null)]" ] || return 1
  [ "$(readlink "/proc/$pid/ns/pid")" != "$(readlink /proc/self/ns/pid)" ] || return 1
  echo "$pid"
}
# What node NAME joins: cluster JOIN, whose API server, authority and network it uses.
name_joined() {
  joined_state=$cache/state/$JOIN joined_netns=isthmus-testbed-$JOIN
  [ -s "$joined_state/index" ] && [ ! -e "$joined_state/joins" ] || die "JOIN='$JOIN': expected a cluster that is up, one of $(clusters)"
}
# the nodes that have joined cluster NAME
joined_nodes() { grep -lxF -- "$NAME" "$cache"/state/*/joins 2>/dev/null | xargs -r -n 1 dirname | xargs -r -n 1 basename; }
need_cluster() {
  name_cluster
  [ -e "$state/index" ] || die "there is no cluster '$NAME'; up: $(clusters)"
  node_pid >/dev/null || die "cluster '$NAME' is not running any more: up.sh $NAME starts it anew"
}
clusters() {
  local found
  found=$(cd "$cache/state" 2>/dev/null && for each in */index; do [ ! -e "$each" ] || printf '%s ' "${each%/index}"; done)
  echo "${found:-none}"
}

# runs a command on the node: in its mount, pid, network and uts namespaces
on_node() { nsenter -t "$(node_pid)" --mount --pid --net --uts --wd=/ -- env PATH="$bin:$PATH" "$@"; }
detached_on_node() { detached nsenter -t "$(node_pid)" --mount --pid --net --uts --wd=/ -- env PATH="$bin:$PATH" "$@"; }
# runs a command in a network namespace, with the machine's own files (ip netns exec would hide /sys/fs/cgroup)
within() { nsenter --net="/run/netns/$1" "${@:2}"; }
kc() { within "$netns" "$bin/kubectl" --kubeconfig "$state/admin.kubeconfig" --cache-dir "$state/kubectl-cache" "$@"; }

# Runs a command without the files that are open here: a lock that a daemon inherits, ours or a caller's, would be held as long as the cluster is up.
detached() {
  bash -c 'for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done; exec "$@"' _ "$@"
}

# await SECONDS WHAT COMMAND...: until the command succeeds; else says what it waited for and fails
await() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$limit" ] || { echo "$script: $NAME: $what: still not so" >&2; return 1; }
    sleep 0.1
  done
}
