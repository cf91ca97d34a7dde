# The node: cgroups that its kubelet owns, and namespaces whose end is the end of everything in it.

# cgroup v1 controllers of the machine, and the v2 tree that runc uses beside them
controllers="cpu cpuacct cpuset memory devices freezer blkio pids systemd"
trees="$controllers unified"

make_cgroups() {
  local each directory
  for each in $controllers; do
    directory=/sys/fs/cgroup/$each/$cgroup
    mkdir -p "$directory"
    if [ "$each" = cpuset ]; then # starts empty, and nothing may run in an empty one
      cat /sys/fs/cgroup/cpuset/cpuset.cpus >"$directory/cpuset.cpus"
      cat /sys/fs/cgroup/cpuset/cpuset.mems >"$directory/cpuset.mems"
    fi
  done
}

remove_cgroups() {
  local each directory
  for each in $trees; do
    directory=/sys/fs/cgroup/$each/$cgroup
    for _ in $(seq 10); do # processes that were killed leave a moment later
      [ -d "$directory" ] || break
      find "$directory" -depth -type d -exec rmdir {} \; 2>/dev/null
      [ ! -d "$directory" ] || sleep 0.2
    done
  done
}

make_node() {
  detached setsid --fork nsenter --net="/run/netns/$netns" \
    unshare --mount --pid --uts --fork --kill-child --mount-proc --propagation private \
    bash "$testbed/node-init.sh" "$state" "$bin" "$NAME" >"$state/log/init.log" 2>&1 </dev/null
  await 10 "its namespaces are made" test -e "$state/run/init.ready" || { cat "$state/log/init.log" >&2; return 1; }
  pgrep -P "$(holder)" >"$state/init.pid"
}

# the process that made the node's namespaces; with it ends its child, the node's PID 1
holder() { pgrep -fx -- "unshare .*/node-init\.sh $state $bin $NAME"; }

# Kills the node's PID 1, with which the kernel ends every process and mount of the node.
end_node() {
  local pid
  for pid in $(holder | xargs -r -n 1 pgrep -P) $(holder); do
    kill -9 "$pid" 2>/dev/null
    for _ in $(seq 200); do [ -d "/proc/$pid" ] || break; sleep 0.05; done
  done
}

# What of cluster NAME still exists, a line each; empty: nothing
leftovers() {
  local each pid
  [ ! -e "/run/netns/$netns" ] || echo "network namespace $netns"
  for each in $trees; do
    [ ! -d "/sys/fs/cgroup/$each/$cgroup" ] ||
      echo "cgroup /sys/fs/cgroup/$each/$cgroup, processes: $(find "/sys/fs/cgroup/$each/$cgroup" -name cgroup.procs -exec cat {} + | tr '\n' ' ')"
  done
  grep -F " $state/" /proc/self/mounts | cut -d' ' -f2 | sed 's/^/mount /' || true
  for pid in $(holder); do echo "process $pid, which holds the node's namespaces"; done
}
