"""Extensions of moto: services, and parts of services, that moto lacks."""
