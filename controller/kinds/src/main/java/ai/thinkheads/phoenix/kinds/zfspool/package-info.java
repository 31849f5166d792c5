/** ZfsPool: plans and makes the pools of a host, grows them and replaces their disks, and never takes a disk that is in use. */
@NullMarked
package ai.thinkheads.phoenix.kinds.zfspool;

import org.jspecify.annotations.NullMarked;
