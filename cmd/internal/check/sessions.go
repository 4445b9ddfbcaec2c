package check

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// firstUser is the lowest user id that systemd counts as a person's; nobody is none either.
const (
	firstUser = 1000
	nobody    = 65534
)

// judgeSessions looks whether systemd-logind will remove the ring when its user logs out.
func (d *doctor) judgeSessions() {
	owner, err := d.stream.File.Owner()
	if err != nil || owner < firstUser || owner == nobody || !within(d.Path, "/dev/shm") {
		return
	}
	if _, err := fs.Stat(d.host, "run/systemd/users"); err != nil || !d.removesIPC() {
		return
	}
	d.warn("filesystem", "set RemoveIPC=no in /etc/systemd/logind.conf, run the producer as a system user (below 1000), or use another directory",
		"systemd removes the files of user %s from /dev/shm when their last session ends (RemoveIPC)", userName(owner))
}

// removesIPC is logind's setting: yes unless a configuration file says no. Drop-ins come after the main file, by their name.
func (d *doctor) removesIPC() bool {
	files := d.dropIns()
	for _, dir := range []string{"etc", "run", "usr/lib"} {
		if main := dir + "/systemd/logind.conf"; d.exists(main) {
			files = slices.Insert(files, 0, main)
			break
		}
	}
	removes := true
	for _, file := range files {
		for line := range strings.Lines(d.hostFile(file)) {
			key, value, _ := strings.Cut(line, "=")
			if strings.TrimSpace(key) == "RemoveIPC" {
				removes = slices.Contains([]string{"yes", "true", "on", "1"}, strings.ToLower(strings.TrimSpace(value)))
			}
		}
	}
	return removes
}

// dropIns are logind's further configuration files. Of two with one name, that in the first directory counts.
func (d *doctor) dropIns() (files []string) {
	for _, dir := range []string{"etc", "run", "usr/local/lib", "usr/lib"} {
		found, _ := fs.Glob(d.host, dir+"/systemd/logind.conf.d/*.conf")
		for _, file := range found {
			if !slices.ContainsFunc(files, func(f string) bool { return path.Base(f) == path.Base(file) }) {
				files = append(files, file)
			}
		}
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(path.Base(a), path.Base(b)) })
	return files
}

func (d *doctor) exists(file string) bool {
	_, err := fs.Stat(d.host, file)
	return err == nil
}
