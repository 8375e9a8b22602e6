package ops_test

import (
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

var _ = goldens(map[string]builder{
	"mse_loss":    loss(ops.SquaredError),
	"l1_loss":     loss(ops.AbsoluteError),
	"kl_div":      loss(ops.KLDiv),
	"poisson_nll": loss(ops.PoissonNLL),
	"bce":         loss(ops.BCE),
	"bce_with_logits": func(c *goldenCall) []*graph.Var {
		if len(c.vars) > 2 {
			return one(reduced(c, ops.WeightedBCEWithLogits(c.arg(0), c.arg(1), c.arg(2))))
		}
		return one(reduced(c, ops.BCEWithLogits(c.arg(0), c.arg(1))))
	},
	"huber": func(c *goldenCall) []*graph.Var {
		return one(reduced(c, ops.Huber(c.arg(0), c.arg(1), attr[float64](c, "delta"))))
	},
	"smooth_l1": func(c *goldenCall) []*graph.Var {
		return one(reduced(c, ops.SmoothL1(c.arg(0), c.arg(1), attr[float64](c, "beta"))))
	},
	"hinge_embedding": func(c *goldenCall) []*graph.Var {
		return one(ops.Mean(ops.HingeEmbedding(c.arg(0), c.arg(1), attr[float64](c, "margin"))))
	},
	"margin_ranking": func(c *goldenCall) []*graph.Var {
		return one(ops.Mean(ops.MarginRanking(c.arg(0), c.arg(1), c.arg(2), attr[float64](c, "margin"))))
	},
	"soft_margin": binary(func(x, t *graph.Var) *graph.Var { return ops.Mean(ops.SoftMargin(x, t)) }),
	"cosine_similarity": func(c *goldenCall) []*graph.Var {
		return one(ops.CosineSimilarity(c.arg(0), c.arg(1), -1, attr[float64](c, "eps")))
	},
	"cross_entropy": func(c *goldenCall) []*graph.Var {
		if c.vars[1] != nil { // the target is a tensor of probabilities
			return one(reduced(c, ops.SoftCrossEntropy(c.arg(0), c.arg(1), ops.LabelSettings{Axis: 1})))
		}
		return labeled(c, ops.CrossEntropyWith)
	},
	"nll_loss": func(c *goldenCall) []*graph.Var { return labeled(c, ops.NLL) },
})

// labeled is a loss of labels, with the classes on axis 1.
func labeled(c *goldenCall, f func(x *graph.Var, labels []int, s ops.LabelSettings) *graph.Var) []*graph.Var {
	x, labels := c.arg(0), c.index(1)
	s := ops.LabelSettings{Axis: 1, Smoothing: attr[float64](c, "label_smoothing")}
	if ignored := attr[*int](c, "ignore_index"); ignored != nil {
		s.Ignored = []int{*ignored}
	}
	if len(c.vars) > 2 {
		s.Weight = c.arg(2)
	}
	y := f(x, labels, s)
	if attr[string](c, "reduction") == "mean" {
		return one(ops.LabelMean(y, labels, s))
	}
	return one(reduced(c, y))
}

// loss is a loss of each element, which the attribute says how to reduce.
func loss(f func(x, t *graph.Var) *graph.Var) builder {
	return func(c *goldenCall) []*graph.Var { return one(reduced(c, f(c.arg(0), c.arg(1)))) }
}

func reduced(c *goldenCall, y *graph.Var) *graph.Var {
	switch r := attr[string](c, "reduction"); r {
	case "mean":
		return ops.Mean(y)
	case "sum":
		return ops.Sum(y)
	case "none":
		return y
	default:
		panic("unknown reduction " + r)
	}
}
