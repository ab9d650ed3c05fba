"""Training: ``run`` goes from a collection to a model's folder, ``loop`` is the loop on stored feature maps,
``scratch`` trains the ``custom`` backbone."""
