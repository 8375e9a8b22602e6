// Package scoreboard holds the suites by which gradcheck, and the acceptance rules of
// other checkers, are scored: planted mistakes that a checker must find, and right
// functions that are hard to difference, at which it must not raise an alarm.
package scoreboard
