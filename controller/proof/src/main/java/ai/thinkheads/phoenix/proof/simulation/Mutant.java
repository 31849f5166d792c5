package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.daemon.gitops.GitSource;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Seeded bugs, each of which the simulation has to find. They are put between the parts of the controller from outside, so that
 * no production code knows of them.
 */
enum Mutant implements Bugs {
    SKIP_READ_BACK("a resource is called done after its steps without being compared with the host again") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                private final Set<String> executed = new HashSet<>();

                @Override
                public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
                    Assessment<F> real = super.assess(resource, resources);
                    return executed.remove(resource.key() + " " + resource.generation())
                            ? Assessment.of(Plan.empty(), real.facts())
                            : real;
                }

                @Override
                public void execute(Step step, Resource<S, F> resource, Resources resources) {
                    super.execute(step, resource, resources);
                    executed.add(resource.key() + " " + resource.generation());
                }
            };
        }
    },
    BELIEVE_FAILED_STEPS("a step that fails counts as done, and what it was for as matching") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                private final Set<ResourceKey> believed = new HashSet<>();

                @Override
                public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
                    Assessment<F> real = super.assess(resource, resources);
                    return believed.contains(resource.key()) ? Assessment.of(Plan.empty(), real.facts()) : real;
                }

                @Override
                public void execute(Step step, Resource<S, F> resource, Resources resources) {
                    try {
                        super.execute(step, resource, resources);
                    } catch (ReconcileException e) {
                        believed.add(resource.key());
                    }
                }
            };
        }
    },
    READY_BY_HABIT("what was Ready once is not compared again") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                @Override
                public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
                    Assessment<F> real = super.assess(resource, resources);
                    return resource.has(Conditions.READY) ? Assessment.of(Plan.empty(), real.facts()) : real;
                }
            };
        }
    },
    DROP_REQUEUE("a pass that was put off is now and then forgotten") {
        @Override
        public Scheduler scheduler(Scheduler scheduler, RandomGenerator random) {
            return new Bent.Timing(scheduler) {
                @Override
                public Cancellable schedule(String name, Duration delay, Runnable task) {
                    return name.equals("resync") || (name.equals("wake") && random.nextInt(3) == 0)
                            ? () -> {}
                            : super.schedule(name, delay, task);
                }
            };
        }
    },
    RUN_TWICE("a key is now and then handed out twice") {
        @Override
        public Scheduler scheduler(Scheduler scheduler, RandomGenerator random) {
            return new Bent.Timing(scheduler) {
                @Override
                public void execute(String name, Runnable task) {
                    super.execute(name, task);
                    if (name.startsWith("pass ") && random.nextInt(20) == 0) {
                        super.execute(name, task);
                    }
                }
            };
        }
    },
    FORGET_MARK("guests do not get Phoenix's mark") {
        @Override
        public @Nullable Object call(String port, String method, @Nullable Object[] args, HostCall next) {
            if (port.equals("containers") && method.equals("create") && args[1] instanceof ContainerConfig config) {
                return next.go(new @Nullable Object[] {args[0], Bent.marked(config, null), args[2]});
            }
            if (method.equals("update") && args[2] instanceof Set<?> fields && fields.contains(GuestField.MARK)) {
                @Nullable Object[] fewer = args.clone();
                fewer[2] =
                        fields.stream().filter(each -> each != GuestField.MARK).collect(Collectors.toSet());
                return next.go(fewer);
            }
            return next.go(args);
        }
    },
    WRONG_MARK("a clone gets the mark of another resource") {
        @Override
        public @Nullable Object call(String port, String method, @Nullable Object[] args, HostCall next) {
            if (method.equals("clone")
                    && args[3] instanceof Mark mark
                    && mark.owner().endsWith("1")) {
                @Nullable Object[] changed = args.clone();
                changed[3] = new Mark(mark.owner().replace('1', '0'), mark.facts());
                return next.go(changed);
            }
            return next.go(args);
        }
    },
    DELETE_BEFORE_CONSENT("steps that need consent run without it") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                @Override
                public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
                    Assessment<F> real = super.assess(resource, resources);
                    List<Step> steps = real.plan().steps().stream()
                            .<Step>map(Bent.Free::new)
                            .toList();
                    return new Assessment<>(new Plan(steps), real.facts(), real.findings(), real.recheckAfter());
                }

                @Override
                public void execute(Step step, Resource<S, F> resource, Resources resources) {
                    super.execute(step instanceof Bent.Free free ? free.step() : step, resource, resources);
                }
            };
        }
    },
    FORGET_A_STEP("the last step of a longer plan is left out and taken for done") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                @Override
                public Assessment<F> assess(Resource<S, F> resource, Resources resources) {
                    Assessment<F> real = super.assess(resource, resources);
                    List<Step> steps = real.plan().steps();
                    return steps.isEmpty()
                            ? real
                            : new Assessment<>(
                                    new Plan(steps.subList(0, steps.size() - 1)),
                                    real.facts(),
                                    real.findings(),
                                    real.recheckAfter());
                }
            };
        }
    },
    LOSE_WATCH_EVENT("one change in thirty is not told to watchers") {
        @Override
        public Store store(Store store, RandomGenerator random) {
            return new Bent.Storing(store) {
                @Override
                public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
                    return super.watch(after, interest, change -> {
                        if (random.nextInt(30) > 0) {
                            listener.changed(change);
                        }
                    });
                }
            };
        }
    },
    WATCH_OUT_OF_ORDER("two changes now and then come the wrong way round") {
        @Override
        public Store store(Store store, RandomGenerator random) {
            return new Bent.Storing(store) {
                @Override
                public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
                    @Nullable Change[] kept = {null};
                    return super.watch(after, interest, change -> {
                        Change before = kept[0];
                        kept[0] = before == null && random.nextInt(20) == 0 ? change : null;
                        if (kept[0] == null) {
                            listener.changed(change);
                        }
                        if (before != null) {
                            listener.changed(before);
                        }
                    });
                }
            };
        }
    },
    NEEDS_NOT_AWAITED("whatever is referred to counts as Ready") {
        @Override
        public Store store(Store store, RandomGenerator random) {
            return new Bent.Storing(store) {
                @Override
                public Optional<Resource<?, ?>> get(ResourceKey key) {
                    return super.get(key)
                            .map(each -> Set.of("ZfsPool", "ZfsDataset", "StoragePool", "LxcTemplate")
                                            .contains(key.kind())
                                    ? Bent.ready(each)
                                    : each);
                }
            };
        }
    },
    IGNORE_PAUSE("a resource on hold is worked on") {
        @Override
        public Store store(Store store, RandomGenerator random) {
            return new Bent.Storing(store) {
                @Override
                public Optional<Resource<?, ?>> get(ResourceKey key) {
                    return super.get(key)
                            .map(each -> each.withMetadata(new ObjectMetaBuilder(each.metadata())
                                    .removeFromAnnotations(Annotations.PAUSED)
                                    .build()));
                }
            };
        }
    },
    RETRY_BLINDLY("an answer that was lost is taken for work not done, and the work done again at once") {
        @Override
        public @Nullable Object call(String port, String method, @Nullable Object[] args, HostCall next) {
            if (!method.equals("attach") && !method.equals("create") && !method.equals("clone")) {
                return next.go(args);
            }
            try {
                return next.go(args);
            } catch (HostException e) {
                if (e.why() != HostException.Cause.UNREACHABLE || args.length < 2) {
                    throw e;
                }
                @Nullable Object[] again = args.clone();
                if (method.equals("attach")) {
                    again[2] = null;
                } else if (method.equals("clone") && again[1] instanceof Integer vmid) {
                    again[1] = vmid + 500;
                } else if (again[0] instanceof Integer vmid) {
                    again[0] = vmid + 500;
                }
                return next.go(again);
            }
        }
    },
    DESTROY_WITHOUT_LOOKING("a guest that is only to be released is destroyed") {
        @Override
        public <S extends Spec, F extends Facts> Reconciler<S, F> reconciler(Reconciler<S, F> reconciler) {
            return new Bent<>(reconciler) {
                @Override
                public Assessment<F> assessDeletion(Resource<S, F> resource, Resources resources) {
                    return super.assessDeletion(Bent.destroying(resource), resources);
                }
            };
        }
    },
    SECRET_AS_ARGUMENT("what a script should get by its environment it gets by its arguments, too") {
        @Override
        public @Nullable Object call(String port, String method, @Nullable Object[] args, HostCall next) {
            if (args.length == 0
                    || !(args[0] instanceof GuestShell.Command command)
                    || command.environment().isEmpty()) {
                return next.go(args);
            }
            List<String> argv = new ArrayList<>(command.argv());
            argv.addAll(command.environment().values());
            return next.go(new @Nullable Object[] {
                new GuestShell.Command(
                        command.target(),
                        argv,
                        command.environment(),
                        command.stdin(),
                        command.timeout(),
                        command.readOnly(),
                        command.output())
            });
        }
    },
    OLD_COMMIT("of what Git has only the first commit is ever applied") {
        @Override
        public GitSource git(GitSource git) {
            return new GitSource() {
                private @Nullable String first;

                @Override
                public String fetch(String name, Remote remote) {
                    String head = git.fetch(name, remote);
                    String known = first == null ? head : first;
                    first = known;
                    return known;
                }

                @Override
                public Folder read(String name, String commit, @Nullable String folder) {
                    return git.read(name, commit, folder);
                }

                @Override
                public void keepOnly(List<String> names) {
                    git.keepOnly(names);
                }
            };
        }
    },
    ACKNOWLEDGE_TOO_EARLY("a client's write is acknowledged and now and then not stored") {
        @Override
        public Store store(Store store, RandomGenerator random) {
            return new Bent.Storing(store) {
                @Override
                public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
                    return random.nextInt(40) == 0 ? resource : super.create(resource);
                }
            };
        }
    };

    private final String meaning;

    Mutant(String meaning) {
        this.meaning = meaning;
    }

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }
}
