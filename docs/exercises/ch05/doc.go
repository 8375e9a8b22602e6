// Package ch05 has the exercises of chapter 05.
//
//	go test -tags exercise ./docs/exercises/ch05
package ch05
