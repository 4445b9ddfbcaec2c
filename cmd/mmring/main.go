// Command mmring streams messages between processes of one machine through rings in shared memory.
package main

import "os"

func main() { os.Exit(run(os.Args[1:])) }
