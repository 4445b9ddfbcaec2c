// Package export serves the state of rings as metrics that Prometheus reads.
package export

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Looker is what the metrics are read through; *lookout.Lookout is one.
type Looker interface {
	Look() ([]lookout.Ring, error)
}

// collector looks at all rings whenever it is asked for metrics, and at no other time.
type collector struct{ looker Looker }

// Describe describes nothing: which rings there are changes.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect looks once. If that fails the whole answer is an error, which Prometheus shows as the target being down.
func (c collector) Collect(out chan<- prometheus.Metric) {
	rings, err := c.looker.Look()
	if err != nil {
		out <- prometheus.NewInvalidMetric(describe("rings", "Look failed."), err)
		return
	}
	for i := range rings {
		collect(out, &rings[i])
	}
}

// collect sends the metrics of one ring, its consumers and its groups.
func collect(out chan<- prometheus.Metric, r *lookout.Ring) {
	send(out, readable, gauge, number(r.Err == nil), r.Name)
	if r.Err != nil {
		return
	}
	for _, m := range ringMetrics {
		send(out, m.desc, m.kind, m.value(&r.State), r.Name)
	}
	for i := range r.State.Consumers {
		c := &r.State.Consumers[i]
		l := labels(r, c)
		for _, m := range consumerMetrics {
			send(out, m.desc, m.kind, m.value(c), l...)
		}
		send(out, mode, gauge, 1, append(l, c.Mode)...)
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		send(out, groupReadable, gauge, number(g.Err == nil), r.Name, g.Name)
		for _, m := range groupMetrics {
			if g.Err == nil {
				send(out, m.desc, m.kind, m.value(&g.State), r.Name, g.Name)
			}
		}
	}
}

func send(out chan<- prometheus.Metric, desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
}

// Handler serves the metrics at /metrics, and at / a page that leads there.
func Handler(looker Looker) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{looker})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true}))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte("<!doctype html><title>mmring</title><p>mmring export: <a href=/metrics>metrics</a>\n"))
	})
	return mux
}

// requestTime is how long a client may take to say what it wants, and to take the answer.
const requestTime = 10 * time.Second

// Serve answers on a listener until ctx is done.
func Serve(ctx context.Context, listener net.Listener, looker Looker) error {
	server := &http.Server{Handler: Handler(looker), ReadTimeout: requestTime, WriteTimeout: 3 * requestTime}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
