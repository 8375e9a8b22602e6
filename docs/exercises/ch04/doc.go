// Package ch04 has the exercises of chapter 04.
//
//	go test -tags exercise ./docs/exercises/ch04
package ch04
