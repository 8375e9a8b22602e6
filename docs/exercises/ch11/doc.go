// Package ch11 has the exercises of chapter 11.
//
//	go test -tags exercise ./docs/exercises/ch11
package ch11
