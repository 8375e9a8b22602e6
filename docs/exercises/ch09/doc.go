// Package ch09 has the exercises of chapter 09.
//
//	go test -tags exercise ./docs/exercises/ch09
package ch09
