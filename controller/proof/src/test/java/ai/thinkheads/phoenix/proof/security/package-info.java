/** What the page on security claims, tried out; a test checks that every claim there names one that exists. */
@NullMarked
package ai.thinkheads.phoenix.proof.security;

import org.jspecify.annotations.NullMarked;
