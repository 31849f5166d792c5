package ai.thinkheads.phoenix.engine.reconcile;

import static ai.thinkheads.phoenix.engine.reconcile.World.key;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.Step.Lock;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LockTableTest {

    private static final ResourceKey A = key("a");
    private static final ResourceKey B = key("b");
    private static final ResourceKey C = key("c");
    private static final List<Lock> DISK = List.of(Lock.exclusive("disk"));
    private static final List<Lock> NET = List.of(Lock.exclusive("net"));
    private static final List<Lock> BOTH = List.of(Lock.exclusive("disk"), Lock.exclusive("net"));

    private final LockTable table = new LockTable();

    @Test
    void who_asks_first_holds_it_and_the_next_is_given_it() {
        assertThat(table.acquire(A, DISK, 0)).isTrue();
        assertThat(table.acquire(B, DISK, 0)).isFalse();
        assertThat(table.blocking(B, DISK)).isEqualTo("disk");

        assertThat(table.release(A)).containsExactly(B);
        assertThat(table.acquire(B, DISK, 0)).as("held already").isTrue();
        assertThat(table.acquire(A, DISK, 0)).isFalse();
    }

    @Test
    void the_most_urgent_goes_first_and_of_equals_the_one_that_waits_longest() {
        table.acquire(A, DISK, 0);
        table.acquire(B, DISK, 1);
        table.acquire(C, DISK, 1);
        table.acquire(key("urgent"), DISK, 9);

        assertThat(table.release(A)).containsExactly(key("urgent"));
        assertThat(table.release(key("urgent"))).containsExactly(B);
        assertThat(table.release(B)).containsExactly(C);
    }

    @Test
    void all_locks_are_taken_at_once_or_none() {
        table.acquire(A, DISK, 0);

        assertThat(table.acquire(B, BOTH, 0)).isFalse();
        assertThat(table.acquire(C, NET, 0)).as("B holds nothing").isTrue();
        assertThat(table.release(A)).isEmpty();
        assertThat(table.release(C)).containsExactly(B);
    }

    @Test
    void so_many_hold_a_lock_as_it_has_permits() {
        List<Lock> slots = List.of(new Lock("slots", 2));
        assertThat(table.acquire(A, slots, 0)).isTrue();
        assertThat(table.acquire(B, slots, 0)).isTrue();
        assertThat(table.acquire(C, slots, 0)).isFalse();

        assertThat(table.release(B)).containsExactly(C);
    }

    @Test
    void who_asks_again_for_others_is_woken_by_those() {
        table.acquire(A, DISK, 0);
        table.acquire(B, NET, 0);
        table.acquire(C, DISK, 0);
        assertThat(table.acquire(C, NET, 0)).as("its plan has changed").isFalse();

        assertThat(table.release(A)).isEmpty();
        assertThat(table.release(B)).containsExactly(C);
    }

    @Test
    void who_gives_up_waiting_is_given_nothing() {
        table.acquire(A, DISK, 0);
        table.acquire(B, DISK, 0);
        table.release(B);

        assertThat(table.release(A)).isEmpty();
        assertThat(table.acquire(C, DISK, 0)).isTrue();
    }

    @Test
    void who_needs_two_locks_does_not_starve_behind_those_who_need_one() {
        ResourceKey starving = key("starving");
        table.acquire(key("disk0"), DISK, 5);
        table.acquire(key("net0"), NET, 5);
        table.acquire(starving, BOTH, 0);
        int rounds = 0;
        boolean served = false;
        // Two streams, each with one on the lock and one in line, and never both free at once.
        while (!served && rounds < 1000) {
            table.acquire(key("disk" + (rounds + 1)), DISK, 5);
            served = table.release(key("disk" + rounds)).contains(starving);
            table.acquire(key("net" + (rounds + 1)), NET, 5);
            served |= table.release(key("net" + rounds)).contains(starving);
            rounds++;
        }
        assertThat(served).isTrue();
        assertThat(rounds).isLessThan(200);
    }

    @Test
    void when_one_that_locks_are_kept_for_gives_up_the_others_get_them() {
        ResourceKey starving = key("starving");
        table.acquire(A, NET, 0);
        table.acquire(B, DISK, 0);
        table.acquire(starving, BOTH, 0);
        for (int i = 0; i < 150; i++) {
            table.acquire(key("x" + i), List.of(Lock.exclusive("x" + i)), 0);
            table.release(key("x" + i));
        }
        table.acquire(C, DISK, 9);
        assertThat(table.release(B)).as("kept for the one that waits for both").isEmpty();

        assertThat(table.release(starving)).containsExactly(C);
    }
}
