package ai.thinkheads.phoenix.hosts.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import ai.thinkheads.phoenix.hosts.simulated.guest.Session;
import ai.thinkheads.phoenix.hosts.simulated.guest.Surroundings;
import ai.thinkheads.phoenix.hosts.simulated.guest.Systems;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuestScriptsTest {

    private static final Surroundings AROUND = new Surroundings(
            "web",
            List.of("10.0.0.5"),
            Set.of(),
            List.of(),
            null,
            true,
            false,
            "6.17",
            2,
            1L << 30,
            Instant.EPOCH,
            (address, port) -> address.equals("10.0.0.9") && port == 80,
            operation -> {},
            duration -> {});

    private record Ran(int code, String output, Inside after) {}

    private static Ran sh(String script) {
        Session session = new Session(Systems.fresh("debian/trixie", false), AROUND);
        int code = session.run(List.of("/bin/sh"), Map.of("NAME", "a b", "EMPTY", ""), script, null);
        return new Ran(code, session.output(), session.inside());
    }

    private static Arguments row(String script, String output) {
        return Arguments.of(script, output);
    }

    static Stream<Arguments> language() {
        return Stream.of(
                row("echo $NAME", "a b"),
                row("printf '[%s]' $NAME", "[a][b]"),
                row("printf '[%s]' \"$NAME\"", "[a b]"),
                row("printf '[%s]' '$NAME'", "[$NAME]"),
                row("printf '[%s]' \"$EMPTY\" x", "[][x]"),
                row("printf '[%s]' $EMPTY x", "[x]"),
                row("echo \"${MISSING:-o ther}\" ${NAME:+set} ${EMPTY:-e} ${EMPTY-f}.", "o ther set e ."),
                row("A=1; echo ${A}2 ${#NAME}", "12 3"),
                row("F=dir/n.tar.gz; echo ${F##*/} ${F%.gz} ${F%%.*} ${F#dir/}", "n.tar.gz dir/n.tar dir/n n.tar.gz"),
                row("echo $(echo in; echo side) `echo back` \"$(echo \"q $(echo r)\")\"", "in side back q r"),
                row("echo $((2 + 3 * (4 - 1))) $((7 % 4 == 3))", "11 1"),
                row("i=0; while [ $i -lt 3 ]; do i=$((i+1)); printf $i; done", "123"),
                row("i=0; until [ $i -ge 2 ]; do i=$((i+1)); done; echo $i", "2"),
                row("for x in a b c; do [ $x = b ] && continue; printf $x; done", "ac"),
                row("for x in a b c; do if [ $x = c ]; then break; fi; printf $x; done", "ab"),
                row("case file.txt in *.md) echo md;; *.txt|*.doc) echo txt;; *) echo no;; esac", "txt"),
                row("f() { echo \"f $1 $#\"; return 3; }; f x y || echo $?", "f x 2\n3"),
                row("if false; then echo a; elif true; then echo b; else echo c; fi", "b"),
                row("! false && echo yes", "yes"),
                row("false; echo $?", "1"),
                row("echo one two three | cut -d' ' -f2", "two"),
                row("printf 'b\\na\\nb\\n' | sort -u | tr 'a-z' 'A-Z'", "A\nB"),
                row("echo 'x=1' | sed 's/\\(.*\\)=\\(.*\\)/\\2=\\1/'", "1=x"),
                row("echo 'a/b/c' | sed -E 's#/([a-z])#-\\1#g'", "a-b-c"),
                row("printf 'a\\nb\\nc\\n' | sed -n '2p'; printf 'a\\nb\\n' | sed '/a/d'", "b\nb"),
                row("(cd /tmp; pwd); pwd", "/tmp\n/root"),
                row("A=1; (A=2; echo $A); echo $A", "2\n1"),
                row("A=x printenv A; echo ${A:-gone}", "x\ngone"),
                row("cat <<EOF\nhi $NAME $((1+1))\nEOF", "hi a b 2"),
                row("cat <<'EOF'\nhi $NAME\nEOF\necho after", "hi $NAME\nafter"),
                row("cat <<-EOF\n\tindented\n\tEOF", "indented"),
                row("printf 'one\\ntwo\\n' | while read -r l; do echo \"<$l>\"; done", "<one>\n<two>"),
                row("echo err >&2 2>/dev/null; echo out", "err\nout"),
                row("ls /missing 2>/dev/null || echo none", "none"),
                row("{ echo a; echo b; } > /tmp/f; wc -l < /tmp/f", "2"),
                row("echo a > /tmp/f; echo b >> /tmp/f; tail -n 1 /tmp/f", "b"),
                row(
                        "touch /tmp/a.txt /tmp/b.txt; echo /tmp/*.txt; echo '/tmp/*.txt'",
                        "/tmp/a.txt /tmp/b.txt\n/tmp/*.txt"),
                row("set -- x y z; echo $# $2; shift; for a; do printf $a; done", "3 y\nyz"),
                row("test -d /etc && [ -f /etc/passwd ] && [ ! -e /nope ] && echo all", "all"),
                row("[ a = a -a 1 -lt 2 ] && echo both", "both"),
                row("[ \"$NAME\" != x ] && echo differs", "differs"),
                row("echo 'root:x:0' | awk -F: '{print $1, $3}'", "root 0"),
                row("id -u root; id nobody >/dev/null && echo there", "0\nthere"),
                row("printf '%s\\n' a b | grep -c .", "2"),
                row("echo a:b | grep -oE '[a-z]$'", "b"),
                row("printf '%-5s|%03d\\n' ab 7", "ab   |007"),
                row("for i in $(seq 1 3); do printf \"$i \"; done", "1 2 3"),
                row("command -v sh", "/usr/bin/sh"),
                row("# only a comment\necho it\\'s \"it's\" # and another", "it's it's"),
                row("echo a \\\n  b", "a b"),
                row("x=$(false) || echo failed", "failed"),
                row("eval 'echo $NAME'", "a b"),
                row("sh -c 'echo $0 $1' name arg", "name arg"),
                row("hostname; uname -s; hostname -I", "web\nLinux\n10.0.0.5"),
                row("basename /a/b.txt .txt; dirname /a/b.txt", "b\n/a"),
                row("echo hi | tee /tmp/x | tr h H; cat /tmp/x", "Hi\nhi"),
                row("date -u +%Y", "1970"),
                row("printf 'a b c' | xargs -n1 echo", "a\nb\nc"),
                row("echo abc | base64 | base64 -d", "abc"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("language")
    void a_script_prints_what_a_shell_prints(String script, String output) {
        assertThat(sh(script).output().strip()).isEqualTo(output);
    }

    static Stream<Arguments> codes() {
        return Stream.of(
                Arguments.of("exit 3", 3),
                Arguments.of("false", 1),
                Arguments.of("foo", 127),
                Arguments.of("set -e; false; exit 0", 1),
                Arguments.of("set -e; false || true; exit 0", 0),
                Arguments.of("set -e; if false; then :; fi; exit 0", 0),
                Arguments.of("set -e; ! true; exit 0", 0),
                Arguments.of("set -e; x=$(false); exit 0", 1),
                Arguments.of("set -e; f() { false; echo no; }; f; exit 0", 1),
                Arguments.of("set -eu; echo $MISSING", 2),
                Arguments.of("set -o pipefail; false | true", 1),
                Arguments.of("false | true", 0),
                Arguments.of("if then", 2),
                Arguments.of("echo 'unterminated", 2),
                Arguments.of("grep -q x /etc/missing", 2),
                Arguments.of("systemctl is-active --quiet nginx", 3),
                Arguments.of("systemctl start nothing", 5),
                Arguments.of("apt-get install -y no-such-package", 100),
                Arguments.of("curl -fsS http://localhost:80/", 127),
                Arguments.of("apt-get install -y curl >/dev/null; curl -fsS http://localhost:80/", 7),
                Arguments.of("apt-get install -y curl >/dev/null; curl -fsS http://10.0.0.9/", 0),
                Arguments.of("nvidia-smi", 127),
                Arguments.of("printf '#!/bin/sh\\nexit 4\\n' > /usr/local/bin/x; chmod +x /usr/local/bin/x; x", 4),
                Arguments.of("echo nothing > /usr/local/bin/y; chmod 755 /usr/local/bin/y; y --now", 0),
                Arguments.of("echo x > /tmp/z; /tmp/z", 126),
                Arguments.of("rm /missing", 1),
                Arguments.of("rm -f /missing", 0),
                Arguments.of("mkdir /a/b", 1),
                Arguments.of("sha256sum -c /missing", 1),
                Arguments.of("useradd -m -s /bin/bash app && id -u app && getent passwd app", 0),
                Arguments.of("id app", 1),
                Arguments.of("dpkg -s nginx", 1),
                Arguments.of("apt-get install -y nginx && dpkg -s nginx && systemctl is-enabled nginx", 0),
                Arguments.of("apt-get install -y sudo && timeout 5 true && sudo -u root true && env A=1 true", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codes")
    void a_script_ends_with_the_code_of_a_shell(String script, int code) {
        Ran ran = sh(script);
        assertThat(ran.code()).as(ran.output()).isEqualTo(code);
    }

    @Test
    void an_unknown_command_is_not_found() {
        assertThat(sh("foo --bar").output()).isEqualTo("sh: 1: foo: not found\n");
    }

    @Test
    void an_endless_loop_is_given_up() {
        assertThat(sh("while true; do :; done").code()).isEqualTo(2);
        assertThat(sh("f() { f; }; f").code()).isEqualTo(2);
    }

    @Test
    void output_is_bounded() {
        assertThat(sh("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo " + "x".repeat(100) + "; done")
                        .output())
                .hasSizeLessThanOrEqualTo(64 << 10);
    }

    @Test
    void an_installer_that_is_piped_into_a_shell_installs() {
        Ran ran = sh(
                "apt-get install -y curl >/dev/null; curl -fsSL https://get.docker.com | sh && systemctl is-active docker");
        assertThat(ran.code()).as(ran.output()).isZero();
        assertThat(sh("apt-get install -y curl; curl -fsSL https://ollama.com/install.sh | sh; command -v ollama")
                        .code())
                .isZero();
    }

    @Test
    void a_unit_whose_program_is_missing_does_not_start() {
        Ran ran = sh(
                "printf '[Service]\\nExecStart=/usr/bin/absent --port 1\\n' > /etc/systemd/system/a.service; systemctl start a");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.output()).contains("203/EXEC");
    }

    @Test
    void a_secret_in_the_environment_is_used_and_not_printed() {
        assertThat(sh("printf '%s' \"$NAME\" > /root/secret").output()).isEmpty();
    }
}
