package main

import (
	"encoding/json"
	"io"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/top"
)

// topView is a ring as top prints it in JSON: what stat prints, and more.
type topView struct {
	Name  string  `json:"name"`
	Fill  float64 `json:"fill"`
	Error string  `json:"error,omitempty"`
	*ringView
}

// writeTopJSON writes the second of two looks, with the rates that the two give.
func writeTopJSON(out io.Writer, before, after top.Look) error {
	earlier := map[string]*ringView{}
	for i := range before.Rings {
		earlier[before.Rings[i].Path] = newRingView(&before.Rings[i])
	}
	views := []topView{}
	for i := range after.Rings {
		r := &after.Rings[i]
		if r.Err != nil {
			views = append(views, topView{Name: r.Name, Error: r.Err.Error()})
			continue
		}
		v := topView{Name: r.Name, Fill: lookout.Fill(&r.State), ringView: newRingView(r)}
		if b := earlier[r.Path]; b != nil {
			v.addRates(b, after.At.Sub(before.At))
		}
		views = append(views, v)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(views)
}
