#!/bin/bash
# A second host on this machine: namespaces of its own, in which an sshd answers. $1: folder with the sshd's configuration.
set -e
mount -t proc proc /proc
mkdir -p /run/phoenix-cg && mount --rbind /sys/fs/cgroup /run/phoenix-cg
mount -t sysfs sysfs /sys && mount --rbind /run/phoenix-cg /sys/fs/cgroup && umount -l /run/phoenix-cg
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock/zfs /run/sshd /run/zfs
for d in /var/lib/zfs /var/lib/phoenix-host /var/lib/lxc /mnt /tank; do mount -t tmpfs -o mode=755 tmpfs "$d"; done
mount -t tmpfs tmpfs "$1/over"
mkdir -p "$1/over/up" "$1/over/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/over/up,workdir=$1/over/work" /etc
hostname beta
ip link set lo up
for _ in $(seq 200); do [ -e /sys/class/net/wire1 ] && break; sleep 0.05; done
ip addr add 10.88.0.2/30 dev wire1
ip link set wire1 up
mkdir -p /var/lib/phoenix-host/disks
truncate -s 512M /var/lib/phoenix-host/disks/a /var/lib/phoenix-host/disks/b
(cd / && exec /usr/sbin/zfs-fuse --no-daemon --no-kstat-mount >/dev/null 2>&1) &
exec /usr/sbin/sshd -D -e -f "$1/config"
