// Package ch07 has the exercises of chapter 07.
//
//	go test -tags exercise ./docs/exercises/ch07
package ch07
