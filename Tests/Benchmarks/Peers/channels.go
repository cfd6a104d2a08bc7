// SPDX-License-Identifier: Apache-2.0

// The same work as the benchmark's components, with goroutines and channels.
// channels MEASURE NUMBER... prints one number: nanoseconds a hop, bytes, or seconds; see main.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// CPU time of the process, as the benchmark's own measures: on one processor it is what the work
// costs, whatever else the machine does.
func cpu() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func chain(length, count, capacity int) float64 {
	first := make(chan int, capacity)
	last := first
	for i := 0; i < length-1; i++ {
		next := make(chan int, capacity)
		go func(in, out chan int) {
			for number := range in {
				out <- number
			}
			close(out)
		}(last, next)
		last = next
	}
	start := cpu()
	go func() {
		for i := 0; i < count; i++ {
			first <- i
		}
		close(first)
	}()
	sum := 0
	for number := range last {
		sum += number
	}
	return float64((cpu() - start).Nanoseconds()) / float64(count*length)
}

func ring(size, hops int) float64 {
	channels := make([]chan int, size)
	for i := range channels {
		channels[i] = make(chan int, 1)
	}
	done := make(chan bool)
	for i := 0; i < size; i++ {
		go func(in, out chan int) {
			for number := range in {
				if number == 0 {
					done <- true
					return
				}
				out <- number - 1
			}
		}(channels[i], channels[(i+1)%size])
	}
	start := cpu()
	channels[0] <- hops
	<-done
	return float64((cpu() - start).Nanoseconds()) / float64(hops)
}

func idle(count int) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	channels := make([]chan int, count)
	for i := range channels {
		channels[i] = make(chan int, 1)
		go func(in chan int) { <-in }(channels[i])
	}
	time.Sleep(50 * time.Millisecond)
	runtime.ReadMemStats(&after)
	bytes := float64(after.Sys-before.Sys) / float64(count)
	for _, channel := range channels {
		close(channel)
	}
	return bytes
}

func spawn(count int) float64 {
	start := cpu()
	done := make(chan bool, count)
	for i := 0; i < count; i++ {
		go func() { done <- true }()
	}
	for i := 0; i < count; i++ {
		<-done
	}
	return (cpu() - start).Seconds()
}

// Wall time, on two processors: six goroutines send to one.
func producers(producers, count int) float64 {
	sink := make(chan int, 32)
	start := time.Now()
	for i := 0; i < producers; i++ {
		go func() {
			for i := 0; i < count; i++ {
				sink <- i
			}
		}()
	}
	for i := 0; i < producers*count; i++ {
		<-sink
	}
	return float64(time.Since(start).Nanoseconds()) / float64(producers*count)
}

func argument(place int) int {
	number, err := strconv.Atoi(os.Args[place])
	if err != nil {
		panic(err)
	}
	return number
}

func main() {
	// One scheduler against one processor, two against two.
	runtime.GOMAXPROCS(1)
	result := 0.0
	switch os.Args[1] {
	case "chain":
		result = chain(argument(2), argument(3), argument(4))
	case "ring":
		result = ring(argument(2), argument(3))
	case "idle":
		result = idle(argument(2))
	case "lives":
		result = spawn(argument(2))
	case "producers":
		runtime.GOMAXPROCS(2)
		result = producers(argument(2), argument(3))
	}
	fmt.Println(result)
}
